"""HTTP as every outside system needs it: bounded answers, paced calls, and the kind of failure of a call."""

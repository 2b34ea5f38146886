"""HTTP as every outside system needs it: bounded answers, paced calls, kinds of failure, bodies and signatures."""

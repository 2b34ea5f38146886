"""Histories of one order, as channels send them: any deliveries of them end as those in turn do.

A history is a list of happenings, drawn at random and applied to what was sold (`sold`); after each the channel sends
the whole order in its own JSON (`senders`), by the webhook function and the orders queue, on the stand-ins
(`delivering`).
"""

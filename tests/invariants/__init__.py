"""What must hold whatever a model says: a file for each kind of harm, a number in each name.

The tests look from the outside: what the back end was sent, what is in the calendar and in the ledger, what
the customer reads, what is logged and counted.
"""

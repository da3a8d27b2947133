"""Thousands of bookings under faults, restarts and kills, and a checker that knows what must never happen."""

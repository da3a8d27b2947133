"""Pure rules of time: opening hours, slots, refusals with reasons, and Spanish. No I/O."""

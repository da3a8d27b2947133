"""What a conversation may do in the calendar, and what it may say about the company."""

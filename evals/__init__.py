"""Where the eval suite lives: conversations graded by the state of the calendar they end in."""

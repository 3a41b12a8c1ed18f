"""What fires triggers, and what tells others of the ends of runs."""

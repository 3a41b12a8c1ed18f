"""Real servers and real processes for tests: started for one session, private to it, gone afterwards."""

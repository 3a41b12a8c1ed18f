"""What starts runs by itself, and who hears of their ends: webhooks, schedules, form pages, outgoing webhooks."""

"""What was captured: keys, values, form state, schedule, eligibility, workflow, queries, signatures. Pure Python."""

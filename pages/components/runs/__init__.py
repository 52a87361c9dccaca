"""What is measured now and next: jobs, sweeps, progress."""

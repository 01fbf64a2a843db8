"""What is tried, chapter by chapter; each module plays one."""

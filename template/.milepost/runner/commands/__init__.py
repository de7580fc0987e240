"""One module per command; each turns a project and its options into a report."""

"""The runner of a project: says what comes next and records what is done."""

"""What a workflow hands over, as plain records."""

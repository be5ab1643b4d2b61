"""Messages to people: texts, channels, senders. Others hand it a person, a template and parameters."""

"""How one topic file becomes values: its page, its front matter, its lesson, its questions, its claims."""

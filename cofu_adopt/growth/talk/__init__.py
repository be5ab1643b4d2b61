"""People talk under what a household posts: they cheer, ask, answer, and report what should not stand there."""

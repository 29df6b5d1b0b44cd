"""What a crash at any instant leaves behind: nothing lost, nothing said twice."""

"""Fresh models: read the interactions topic, train on from the current version, publish, again and again."""

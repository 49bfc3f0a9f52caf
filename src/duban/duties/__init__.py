"""What is owed: duties (事项) as people write them in `duties/*.yaml`, read and checked."""

"""AWS beside the engines: clients, what an administrator sets up, queues of notifications."""

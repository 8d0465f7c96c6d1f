global using AsyncPoll = Heron.Testing.ZooKeeper.Poll;

using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Heron.State.ZooKeeper.Tests")]

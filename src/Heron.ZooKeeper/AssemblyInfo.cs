using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Heron.ZooKeeper.Tests")]

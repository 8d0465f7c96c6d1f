global using Heron.Testing;
global using Heron.Testing.Daemons;

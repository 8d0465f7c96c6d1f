namespace Heron.ZooKeeper.Recipes;

/// <summary>Ephemeral nodes that one attempt to lock has created, and that must go when it ends.</summary>
internal sealed class HeldNodes(ZooKeeperClient client, CancellationToken session)
{
    private readonly List<string> _paths = [];

    public string Add(string path)
    {
        _paths.Add(path);
        return path;
    }

    public void GiveBack(string path)
    {
        _paths.Remove(path);
        _ = Cleanup.DeleteAsync(client, path, session);
    }

    /// <summary>In the reverse order, so that nobody behind us passes while a node before it is still there.</summary>
    public void GiveBackAll()
    {
        for (int i = _paths.Count - 1; i >= 0; i--)
        {
            _ = Cleanup.DeleteAsync(client, _paths[i], session);
        }

        _paths.Clear();
    }
}

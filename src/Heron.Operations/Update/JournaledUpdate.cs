using Heron.Operations.Journal;

namespace Heron.Operations.Update;

/// <summary>A begun update on the disk. Disposed before it is complete, it is left to the recovery.</summary>
public sealed class JournaledUpdate : IDisposable
{
    private readonly IntentJournal _journal;
    private readonly JournaledIntent _entry;
    private bool _isComplete;

    internal JournaledUpdate(IntentJournal journal, JournaledIntent entry, UpdateIntent intent)
    {
        _journal = journal;
        _entry = entry;
        Intent = intent;
    }

    /// <summary>What was begun.</summary>
    public UpdateIntent Intent { get; private set; }

    /// <summary>Changes what is to be; durable when this returns.</summary>
    public void Replace(UpdateIntent intent)
    {
        _entry.Update(UpdateJournal.Write(intent));
        Intent = intent;
    }

    /// <summary>Forgets the update: it is done, or taken back.</summary>
    public void Complete()
    {
        _entry.Complete();
        _isComplete = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isComplete)
        {
            _isComplete = true;
            _journal.Abandon(_entry);
        }
    }
}

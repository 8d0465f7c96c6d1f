using System.Text.Json;
using Heron.Core.Packages;
using Heron.Operations.Journal;

namespace Heron.Operations.Deploying;

/// <summary>One submission on its way through steps 6 to 9: what is fixed, and what the steps found out.</summary>
public sealed class Launch
{
    private JournaledIntent? _intent;

    /// <summary>Begins a launch; nothing has happened yet.</summary>
    public Launch(PlannedSubmission planned, TopologyPackage package, string instance)
    {
        Planned = planned;
        Package = package;
        Progress = new SubmitIntent(planned.Submission.Identity, instance);
    }

    /// <summary>Topology, configuration and plan.</summary>
    public PlannedSubmission Planned { get; }

    /// <summary>The finished package in the workspace.</summary>
    public TopologyPackage Package { get; }

    /// <summary>What may have happened, as the journal has it.</summary>
    public SubmitIntent Progress { get; private set; }

    /// <summary>Sentences for the person who submitted.</summary>
    public IReadOnlyList<string> Warnings { get; set; } = [];

    /// <summary>Writes the intent; from here on a dead server is cleaned up after.</summary>
    public void Begin(IntentJournal journal) =>
        _intent = journal.Begin(SubmitRecovery.IntentKind, Planned.Submission.Identity.Name, Serialize(Progress));

    /// <summary>Notes what is about to happen, durably.</summary>
    public void Note(SubmitIntent progress)
    {
        Progress = progress;
        _intent?.Update(Serialize(progress));
    }

    /// <summary>Removes the intent: all is done, or all is undone.</summary>
    public void Complete() => _intent?.Complete();

    /// <summary>Leaves the intent to the recovery: something could not be undone.</summary>
    public void Abandon(IntentJournal journal)
    {
        if (_intent is not null)
        {
            journal.Abandon(_intent);
        }
    }

    private static string Serialize(SubmitIntent progress) =>
        JsonSerializer.Serialize(progress, JournalJson.Default.SubmitIntent);
}

using Heron.ApiServer.Submission.Journal;
using Heron.Core.Scheduling;

namespace Heron.ApiServer.Submission;

/// <summary>Registers the way of a submission, and what kills and restarts.</summary>
internal static class SubmissionServices
{
    /// <summary>Adds the services; state manager, scheduler, uploader and packing come from elsewhere.</summary>
    public static IServiceCollection AddSubmission(this IServiceCollection services) => services
        .AddSingleton<HeronCoreDetector>()
        .AddSingleton<ConfigureStep>()
        .AddSingleton<PlanStep>()
        .AddSingleton<Deployments>()
        .AddSingleton<DryRunStep>()
        .AddSingleton<PackageStep>()

        // In the order in which they are run; undone in reverse.
        .AddSingleton<ILaunchStep, PublishStep>()
        .AddSingleton<ILaunchStep, RegisterStep>()
        .AddSingleton<ILaunchStep, ScheduleStep>()
        .AddSingleton<ILaunchStep, AnnounceStep>()
        .AddSingleton<Launcher>()
        .AddSingleton<SubmissionPipeline>()
        .AddSingleton<KillOperation>()
        .AddSingleton<RestartOperation>()
        .AddSingleton<PublishedPackages>()
        .AddSingleton<PackageRemoval>()
        .AddSingleton<IntentJournal>()
        .AddSingleton<IIntentRecovery, SubmitRecovery>()
        .AddSingleton<KillRecovery>()
        .AddSingleton<IIntentRecovery>(s => s.GetRequiredService<KillRecovery>())
        .AddSingleton<JournalRecovery>()
        .AddHostedService<ComponentStarter>()
        .AddHostedService(s => s.GetRequiredService<JournalRecovery>());
}

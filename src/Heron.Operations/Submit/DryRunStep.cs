// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.DryRun;
using Heron.Core.Scheduling;

namespace Heron.Operations.Submit;

/// <summary>Where a dry run ends: the plan as text, or what would be scheduled.</summary>
public sealed class DryRunStep(IScheduler scheduler)
{
    /// <summary>Renders, a piece when it is asked for.</summary>
    public IEnumerable<string> Run(PlannedTopology planned, SubmissionForm form)
    {
        var format = DryRunFormats.Parse(form.Value(RequestFlags.DryRunFormat));
        return format == DryRunFormat.Nomad
            ? scheduler.Describe(planned)
            : DryRunRenderer.Submit(planned.Topology, planned.Config.Local, planned.Plan, format);
    }
}

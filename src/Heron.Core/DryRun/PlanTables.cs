// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Heron.Core.Packing;
using Heron.Core.Java;

namespace Heron.Core.DryRun;

/// <summary>Draws a table for each container of a plan.</summary>
internal sealed class PlanTables(bool isColored)
{
    private static readonly string[] Title = ["component", "task ID", "CPU", "RAM (MB)", "disk (MB)"];

    private readonly Painter _painter = new(isColored);

    /// <summary>The plan of a submission, a container a piece.</summary>
    public IEnumerable<string> Submit(string packingClass, PackingPlan plan)
    {
        var containers = ById(plan);
        return Lines(containers.Values.Select(c => $"{Name(c.Id)}\n{Usage(c.Required)}\n{Table(Rows(c.Instances, Ink.Plain))}"))
            .Prepend(Heading(containers.Count, $"Using packing class: {packingClass}"));
    }

    /// <summary>The plan of an update beside the present one, a container a piece.</summary>
    public IEnumerable<string> Update(string repackingClass, PackingPlan plan, PackingPlan current)
    {
        var (before, after) = (ById(current), ById(plan));
        var ids = JavaHashOrder.Of(current.Containers.Concat(plan.Containers).Select(c => c.Id), JavaHashKeys.Number);
        return Lines(ids.Select(id => $"{Name(id)} {Change(before.GetValueOrDefault(id), after.GetValueOrDefault(id))}"))
            .Prepend(Heading(plan.Containers.Count, $"Using repacking class: {repackingClass}"));
    }

    private static IEnumerable<string> Lines(IEnumerable<string> containers) =>
        containers.Select((container, i) => i == 0 ? container : "\n" + container);

    private static string Heading(int containers, string algorithm) =>
        $"Total number of containers: {containers}\n{algorithm}\n";

    // The Java server walks a map by id here, not the plan.
    private static JavaHashMap<int, ContainerPlan> ById(PackingPlan plan)
    {
        var containers = new JavaHashMap<int, ContainerPlan>(JavaHashKeys.Number);
        foreach (var container in plan.Containers)
        {
            containers[container.Id] = container;
        }

        return containers;
    }

    private static IEnumerable<(string[] Cells, Ink Ink)> Rows(IEnumerable<InstancePlan> instances, Ink ink) =>
        instances.Select(i => (
            new[]
            {
                i.ComponentName,
                i.TaskId.ToString(CultureInfo.InvariantCulture),
                JavaNumber.Text(i.Resource.Cpu),
                i.Resource.Ram.Megabytes.ToString(CultureInfo.InvariantCulture),
                i.Resource.Disk.Megabytes.ToString(CultureInfo.InvariantCulture),
            },
            ink));

    private static string Usage(Resource resource) =>
        $"CPU: {JavaNumber.Text(resource.Cpu)}, RAM: {resource.Ram.Megabytes} MB, Disk: {resource.Disk.Megabytes} MB";

    private string Name(int containerId) => _painter.Paint($"Container {containerId}", Ink.Bold);

    private string Change(ContainerPlan? before, ContainerPlan? after)
    {
        if (before is null)
        {
            return $"{_painter.Paint("NEW", Ink.Green)}\n{Usage(after!.Required)}\n{Table(Rows(after.Instances, Ink.Green))}";
        }

        if (after is null)
        {
            return $"{_painter.Paint("REMOVED", Ink.Red)}\n{Usage(before.Required)}\n"
                + Table(Rows(before.Instances, Ink.RedStruck));
        }

        // A plan that a scheduler has taken differs from one that it has not, even with the same instances.
        if (PlanHash.Container.AreEqual(after, before))
        {
            return $"UNAFFECTED\n{Usage(after.Required)}\n{Table(Rows(after.Instances, Ink.Plain))}";
        }

        var (had, has) = (before.Instances.ToHashSet(), after.Instances.ToHashSet());
        var rows = Rows(before.Instances.Where(has.Contains), Ink.Plain)
            .Concat(Rows(after.Instances.Where(i => !had.Contains(i)), Ink.Green))
            .Concat(Rows(before.Instances.Where(i => !has.Contains(i)), Ink.RedStruck));
        return $"MODIFIED\n{UsageChange(before.Required, after.Required)}\n{Table(rows)}";
    }

    private string UsageChange(Resource before, Resource after) =>
        $"CPU: {JavaNumber.Text(after.Cpu)}{Percentage(before.Cpu, after.Cpu)}, "
        + $"RAM: {after.Ram.Megabytes} MB{Percentage(before.Ram.Megabytes, after.Ram.Megabytes)}, "
        + $"Disk: {after.Disk.Megabytes} MB{Percentage(before.Disk.Megabytes, after.Disk.Megabytes)}";

    private string Percentage(double before, double after)
    {
        var percentage = (after - before) / before * 100;
        if (percentage == 0)
        {
            return "";
        }

        var text = $"{(percentage > 0 ? "+" : "")}{JavaNumber.Fixed(percentage, 2)}%";
        return $" ({_painter.Paint(text, percentage > 0 ? Ink.Green : Ink.Red)})";
    }

    private string Table(IEnumerable<(string[] Cells, Ink Ink)> instances)
    {
        var rows = instances.ToList();
        var widths = Title.Select((t, i) => rows.Aggregate(t.Length, (width, row) => Math.Max(width, row.Cells[i].Length)))
            .ToArray();
        var frame = widths.Sum(w => w + 3) + 1;
        var table = new StringBuilder();
        table.Append('=', frame).Append('\n').Append(Row(Title, Ink.Bold)).Append('\n').Append('-', frame).Append('\n');
        foreach (var (cells, ink) in rows)
        {
            table.Append(Row(cells, ink)).Append('\n');
        }

        return table.Append('=', frame).Append('\n').ToString();

        string Row(string[] cells, Ink ink) =>
            $"| {string.Join(" | ", cells.Select((c, i) => _painter.Paint(c.PadLeft(widths[i]), ink)))} |";
    }
}

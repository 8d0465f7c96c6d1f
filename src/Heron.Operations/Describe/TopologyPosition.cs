// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Heron.Core;

namespace Heron.Operations.Describe;

/// <summary>A place in the order of a list, also of a topology that is gone by now.</summary>
/// <param name="Number">What is ordered by first, where that is a number.</param>
/// <param name="Text">The same where it is a text.</param>
/// <param name="Name">The topology's name.</param>
/// <param name="LostId">The id of a lost one, which may have the name of another and comes after it; else empty.</param>
internal readonly record struct TopologyPosition(long Number, string Text, string Name, string LostId) : IComparable<TopologyPosition>
{
    /// <summary>Where a topology stands in an order.</summary>
    public static TopologyPosition Of(TopologySummary topology, TopologyOrder order) => new(
        order == TopologyOrder.Submitted ? topology.Submitted : 0,
        order switch
        {
            TopologyOrder.Name or TopologyOrder.Submitted => "",
            TopologyOrder.State => topology.State,
            TopologyOrder.Cluster => topology.Cluster,
            TopologyOrder.Role => topology.Role,
            TopologyOrder.Environment => topology.Environment,
            TopologyOrder.User => topology.User,
            _ => throw new InvalidOperationException($"no such order: {order}"),
        },
        topology.Name,
        topology.State == TopologyWords.Lost ? topology.Id : "");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: it is none of ours.</exception>
    public static TopologyPosition Read(string text)
    {
        try
        {
            if (Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('\0') is [var first, var key, var name, var lostId]
                && long.TryParse(first, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return new TopologyPosition(number, key, name, lostId);
            }
        }
        catch (FormatException)
        {
            // Told below.
        }

        throw new HeronException(FaultKind.BadRequest, "after is not the next of an earlier page");
    }

    /// <inheritdoc/>
    public int CompareTo(TopologyPosition other)
    {
        var order = Number.CompareTo(other.Number);
        order = order != 0 ? order : string.CompareOrdinal(Text, other.Text);
        order = order != 0 ? order : string.CompareOrdinal(Name, other.Name);
        return order != 0 ? order : string.CompareOrdinal(LostId, other.LostId);
    }

    /// <summary>As a text that fits into an address.</summary>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Number}\0{Text}\0{Name}\0{LostId}")));
}

// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.Operations.Observe.Queries;

/// <summary>
/// Reads the query language of Heron's tracker: <c>OPERATOR(argument, ...)</c>, where arguments are operators and numbers, and
/// those of <c>TS</c> are component, instance (or <c>*</c>) and metric. Nothing can be quoted.
/// </summary>
internal static class QueryParser
{
    private const int MaxDepth = 50;
    private const int MaxParts = 500;

    /// <summary>The query as a tree.</summary>
    /// <exception cref="QueryException">It is none.</exception>
    public static QueryNode Parse(string query)
    {
        var parts = 0;
        return Parse(query, 0, ref parts);
    }

    private static QueryNode Parse(string query, int depth, ref int parts)
    {
        if (depth > MaxDepth || ++parts > MaxParts)
        {
            throw new QueryException("The query is too long");
        }

        query = query.Trim();
        if (query.Length == 0)
        {
            return new Nothing();
        }

        var opening = query.IndexOf('(', StringComparison.Ordinal);
        if (opening < 0)
        {
            return double.TryParse(query, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? new Constant(number)
                : throw new QueryException("Invalid syntax");
        }

        var name = query[..opening].TrimEnd();
        if (name.Length > 0 && !IsOperator(name))
        {
            throw new QueryException($"Invalid token: '{name}'");
        }

        if (Closing(query, opening) != query.Length - 1)
        {
            throw new QueryException("Invalid syntax");
        }

        var inner = query[(opening + 1)..^1];
        if (name.Length == 0)
        {
            return Parse(inner, depth + 1, ref parts);
        }

        var arguments = Split(inner);
        if (name == "TS")
        {
            return arguments is [var component, var instance, var metric]
                ? new Series(component, instance == "*" ? null : instance, metric)
                : throw new QueryException("TS requires 3 arguments");
        }

        var nodes = new List<QueryNode>();
        foreach (var argument in arguments)
        {
            nodes.Add(Parse(argument, depth + 1, ref parts));
        }

        return Make(name, nodes);
    }

    private static bool IsOperator(string name) =>
        name is "TS" or "DEFAULT" or "SUM" or "MAX" or "PERCENTILE" or "DIVIDE" or "MULTIPLY" or "SUBTRACT" or "RATE";

    private static Operator Make(string name, List<QueryNode> nodes) => name switch
    {
        "DEFAULT" => MakeDefault(nodes),
        "SUM" => new Sum(nodes),
        "MAX" => new Max(nodes),
        "PERCENTILE" => MakePercentile(nodes),
        "RATE" => nodes is [var only]
            ? only is Operator of ? new Rate(of) : throw new QueryException("RATE requires a timeseries, not constant.")
            : throw new QueryException("RATE requires exactly one argument."),
        "DIVIDE" => Both(name, nodes, static (left, right) => right == 0 ? null : Finite(left / right)),
        "MULTIPLY" => Both(name, nodes, static (left, right) => Finite(left * right)),
        "SUBTRACT" => Both(name, nodes, static (left, right) => Finite(left - right)),
        _ => throw new QueryException($"Invalid token: '{name}'"),
    };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static Arithmetic Both(string name, List<QueryNode> nodes, Func<double, double, double?> apply) =>
        nodes is [var left, var right] && left is not Nothing && right is not Nothing
            ? new Arithmetic(name, left, right, apply)
            : throw new QueryException($"{name} requires exactly two arguments.");

    private static Default MakeDefault(List<QueryNode> nodes) => nodes switch
    {
        [Constant value, Operator of] => new Default(value.Value, of),
        [Constant, var other] => throw new QueryException(
            $"Second argument to DEFAULT must be an operator, but is {(other is Constant ? "a number" : "missing")}"),
        [_, _] => throw new QueryException("First argument to DEFAULT must be a number"),
        _ => throw new QueryException("DEFAULT requires 2 arguments"),
    };

    private static Percentile MakePercentile(List<QueryNode> nodes) => nodes switch
    {
        [Constant { Value: >= 0 and <= 100 } quantile, .. var rest] => new Percentile(quantile.Value, rest),
        [Constant, ..] => throw new QueryException("Quantile must be between 0 and 100 inclusive."),
        _ => throw new QueryException("First argument to PERCENTILE must be a constant"),
    };

    private static int Closing(string query, int opening)
    {
        var open = 0;
        for (var i = opening; i < query.Length; i++)
        {
            open += query[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (open == 0)
            {
                return i;
            }
        }

        throw new QueryException("No closing braces found");
    }

    private static List<string> Split(string arguments)
    {
        var parts = new List<string>();
        var (begin, open) = (0, 0);
        for (var i = 0; i < arguments.Length; i++)
        {
            open += arguments[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (open < 0)
            {
                throw new QueryException("Too many closing braces");
            }

            if (arguments[i] == ',' && open == 0)
            {
                parts.Add(arguments[begin..i].Trim());
                begin = i + 1;
            }
        }

        parts.Add(arguments[begin..].Trim());
        return parts;
    }
}

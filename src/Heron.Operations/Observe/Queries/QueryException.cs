// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Operations.Observe.Queries;

/// <summary>A query that means nothing, or too much; worded as the stock tracker words it where it has words.</summary>
public sealed class QueryException(string message) : HeronException(FaultKind.BadRequest, message);

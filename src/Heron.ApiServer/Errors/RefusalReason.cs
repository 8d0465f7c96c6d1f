// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Errors;

/// <summary>Why a request was refused, for the request's line in the log.</summary>
/// <param name="Text">The message of the answer, safe for a log line.</param>
internal sealed record RefusalReason(string Text);

// SPDX-License-Identifier: Apache-2.0
namespace Heron.StandInCore;

/// <summary>The program was started in a way that a real heron-core refuses.</summary>
public sealed class RefusedException(string message) : Exception(message);

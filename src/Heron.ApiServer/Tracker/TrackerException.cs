// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Tracker;

/// <summary>An answer other than 200 whose words are the stock tracker's.</summary>
internal sealed class TrackerException(string message) : Exception(message);

// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Heron.EndToEnd.Tests.ZooKeeperFaults;

/// <summary>What the server said, and after how long.</summary>
internal sealed record Answer(HttpStatusCode Status, string Message, TimeSpan Elapsed);

// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Composition;
using Heron.BlockingServer;
using Heron.Core;

// The real server, composed as the product composes it, that stands still at a failpoint that a test chose.
Failpoint.Observer = Standstill.FromEnvironment().Pass;
return await Heron.ApiServer.Program.RunAsync(args, PartCatalog.Shipped, replace: null);

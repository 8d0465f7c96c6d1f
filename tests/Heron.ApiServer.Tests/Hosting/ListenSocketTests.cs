// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Hosting;
using Heron.Core;

namespace Heron.ApiServer.Tests.Hosting;

public class ListenSocketTests
{
    [Fact]
    public void A_port_that_another_server_is_about_to_serve_on_is_taken()
    {
        using var first = ListenSocket.Bind(IPAddress.Loopback, 0);

        var fault = Assert.Throws<HeronException>(() => ListenSocket.Bind(IPAddress.Loopback, first.Port));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains($"127.0.0.1:{first.Port} is taken", fault.Message);
    }
}

// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text;
using Heron.ApiServer.Topologies;
using Microsoft.AspNetCore.Http;

namespace Heron.ApiServer.Tests.Lifecycle;

public sealed class RequestClientTests
{
    [Theory]
    [InlineData("joe:secret", "joe at 10.0.0.7")]
    [InlineData("joe", "joe at 10.0.0.7")]
    [InlineData("evil\r\nname:x", "10.0.0.7")]
    [InlineData("", "10.0.0.7")]
    public void Names_the_user_of_the_service_url_only_when_the_name_is_plain(string userInfo, string expected)
    {
        var context = From("::ffff:10.0.0.7");
        context.Request.Headers.Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(userInfo));

        Assert.Equal(expected, RequestClient.Of(context).ToString());
    }

    [Theory]
    [InlineData("Basic %%%")]
    [InlineData("Bearer abc")]
    [InlineData("Basic")]
    [InlineData("")]
    public void Names_the_address_when_there_is_no_user(string authorization)
    {
        var context = From("10.0.0.7");
        context.Request.Headers.Authorization = authorization;

        Assert.Equal("10.0.0.7", RequestClient.Of(context).ToString());
    }

    private static DefaultHttpContext From(string address)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return context;
    }
}

// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;

namespace Heron.Core.Tests.Configuration;

public sealed class ServerSecretsTests
{
    [Theory]
    [InlineData("a: 1\nheron.nomad.token: s3cret\nb: 2\n", "a: 1\nb: 2\n")]
    [InlineData("\"heron.nomad.http.auth\" : \"u:s3cret\"\nb: 2", "b: 2")]
    [InlineData("heron.uploader.s3.secret_key: >\n  s3\n  cret\nb: 2\n", "b: 2\n")]
    [InlineData("'heron.uploader.s3.access_key':   \"s3\n  cret\"\n", "")]
    [InlineData("heron.nomad.token: |\n  s3\n\n  cret\nb: 2\n", "b: 2\n")]
    [InlineData("heron.nomad.token:\n# the old one\n  s3cret\nb: 2\n", "b: 2\n")]
    [InlineData("heron.nomad.token: s3cret\n\n# next\nb: 2\n", "\n# next\nb: 2\n")]
    [InlineData("a: 1\nheron.nomad.token: s3cret\n", "a: 1\n")]
    [InlineData("a:\n#  heron.nomad.token: s3cret\n  b: 2\n", "a:\n  b: 2\n")]
    [InlineData("heron.uploader.s3.proxy_uri: http://joe:s3cret@proxy:3128\nb: 2\n", "b: 2\n")]
    public void A_secret_stays_behind_with_all_its_lines(string yaml, string expected) =>
        Assert.Equal(expected, ServerSecrets.Without(yaml));

    [Theory]
    [InlineData("{heron.nomad.token: s3cret, b: 2}", "b: 2\n")]
    [InlineData("? heron.nomad.token\n: s3cret\n? b\n: 2\n", "b: 2\n")]
    [InlineData("{\"heron.nomad.token\":\"s3cret\",\n\"b\":2}\n", "b: 2\n")]
    public void A_secret_stays_behind_in_every_notation(string yaml, string expected) =>
        Assert.Equal(expected, ServerSecrets.Without(yaml));

    [Theory]
    [InlineData("")]
    [InlineData("a: heron.nomad.token: x\r\n\r\n  b: 1")]
    [InlineData("# heron.nomad.token    the token\nheron.nomad.tokens: many\n")]
    public void Everything_else_stays_as_it_is(string yaml) => Assert.Equal(yaml, ServerSecrets.Without(yaml));
}

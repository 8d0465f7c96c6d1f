// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;
using Heron.Core.Daemons;

namespace Heron.Daemons.Shell;

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ShellOutput))]
[JsonSerializable(typeof(FileSlice))]
[JsonSerializable(typeof(Dictionary<string, ShellFile>))]
internal sealed partial class ShellJson : JsonSerializerContext;

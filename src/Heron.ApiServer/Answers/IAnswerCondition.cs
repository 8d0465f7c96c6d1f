// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Answers;

/// <summary>On what an answer that goes on and on depends, besides client and server; a feature of its request.</summary>
internal interface IAnswerCondition
{
    /// <summary>Whether it may go on. Asked again and again.</summary>
    ValueTask<bool> HoldsAsync();
}

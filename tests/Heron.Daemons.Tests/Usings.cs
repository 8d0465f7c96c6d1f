// SPDX-License-Identifier: Apache-2.0
global using Heron.Testing;
global using Heron.Testing.Daemons;

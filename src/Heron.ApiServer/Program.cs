using System.Net;
using Heron.ApiServer.Hosting;

var settings = new ServerSettings { Cluster = "local", Bind = IPAddress.Loopback, Port = int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture), StoreFolder = args[1] };
var app = ApiServerApplication.Build(settings, _ => { });
await app.RunAsync();
return 0;

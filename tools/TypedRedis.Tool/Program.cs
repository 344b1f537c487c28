using TypedRedis.Tool.Build;
SpecFolder folder = SpecFolder.Find(Environment.CurrentDirectory);
File.WriteAllText(folder.Output, SpecBuilder.Build(folder));

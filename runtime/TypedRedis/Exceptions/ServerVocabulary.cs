namespace TypedRedis.Exceptions;

/// <summary>The words that servers use in errors of their own. Codes and names of commands, fields, keys and users are not among them.</summary>
internal static class ServerVocabulary
{
    private const int LongestWord = 32;

    // A blank before and behind each.
    private const string Words =
        " a abort aborted about accept access acl active actually add added adding address admin after again against all allocate allocated" +
        " allocating allowed allowing already also always am an and another any aof api append appendonly are args argument arguments arity array as" +
        " ask assigned async at atomic auth authenticate authenticated authentication automatic available background backup bad be because been" +
        " before begin beginning being belong belongs below between bgrewriteaof bgsave bigger bit bitcount bitfield bitop bits block blocked" +
        " blocking body both bpop buffer bug build built bulk bus busy but by byte bytes cache call called calling calls can can't cancel cancelled" +
        " cannot case category cause change changed changes channel channels character characters check checksum child class client clients clock" +
        " close closed cluster clusterdown code command command(s) commands compare compatible compile compiled compiling concurrent condition config" +
        " configuration configured conflict connect connected connecting connection connections constant consumer consumers contain contains content" +
        " context coordinates copy correct corrupt corrupted could couldn't count create created creating credentials currently cursor cycle data" +
        " database databases dataset db deadline debug decrement default defined delete deleted delta denied deny dependent descending deserialize" +
        " destination detected different digits dimension dimensions directory disable disabled disallowed disk do does doesn't don't done double" +
        " down due dump duplicate duplicated during each either element elements else empty enable enabled encoding end engine enough enter entries" +
        " entry enum epoch equal err error errors eval evalsha even exceed exceeded exceeds exception exclusive exec execabort execute executed" +
        " executing execution exist existing exists expected expiration expire expired explicit expression extra factor fail failed failing failover" +
        " failure false fatal feature field fields file filter final find finish first fixed flag flags float floating flush flushing follow" +
        " following follows for forbidden fork format found from full fully function functions general generic geo get give given global go greater" +
        " group groups has hash hasn't have haven't held here hexadecimal high higher hll holding host how however hyperloglog id identifier idle if" +
        " ignore illegal immediately implement import importing in inclusive increment increments index indexes indices inf infinity info information" +
        " init initial initialization initialize input insert inside instance instead insufficient int integer integers integrity internal interval" +
        " into invalid io is isn't it item items its itself json just keep kept key keynum keys keyspace kill killed kind know known label labels" +
        " last lat latitude layout least legacy len length less let letter level libraries library like limit limited limits line link list listpack" +
        " lists load loaded loading local lock locked log logical longer longitude lookup lower lrange lua made make malformed manifest mapping" +
        " master masterdown match matches matching max maxclients maximum maxlen maxmemory may maybe mean member members memory message messages" +
        " metadata method migrate migrated migrating migration milliseconds min minid minimum misconf misconfigured mismatch missing mode modified" +
        " modify modifying module modules monitor more most move moved much multi multiple must mutually name named names namespace nan need needed" +
        " needs negative nested never new newer next no noauth nogroup nokey non none nonexistent nonexisting nonzero noperm noproto noreplicas" +
        " normal nosave noscript not notbusy nothing now null number numbers numeric nx object of off offset ok old older on once one ones online" +
        " only oom open operation operations opt optin option options optout or order original other others our out over overflow own owned owner" +
        " pair pairs param parameter parameters parse parsing part partial pass password passwords path pattern patterns pause paused payload pending" +
        " per perform permission permissions permitted persist persistence pipeline please point points policy port position positive possible" +
        " possibly precision prefix prefixes presence present preserved previous primary privileges probability procedure process processed" +
        " processing progress propagate property protected protocol provide provided psync public publish pubsub push query queue queued quit radius" +
        " range rank rate rdb reached read readonly readwrite ready really reason rebalance receive received recover redirect redis reducer reference" +
        " refuse refused register registered reject rejected related release reload remove removed rename renamed replace replica" +
        " replica-serve-stale-data replicaof replicas replicate replicated replicating replication replies reply replywith request requested requests" +
        " require required requires reset resharding resp responding response restart restore result results resync retention return returned" +
        " returning rewrite right role run running runtime same sample samples save saved saving scan schedule scheduled score scores script scripts" +
        " search second seconds section see select selected sentinel separate sequence serialization serialized series server servers session set" +
        " setinfo setname sets setting several shard shards short should shutdown signature similar simple since single size skip slave slot slots" +
        " slow small smaller snapshot so some sorry sort sorted source spec special specific specified specify split stale standalone start started" +
        " starting state status still stop stopped storage store stored stream streams string strings strlen sub-command subcommand subcommand(s)" +
        " subscribe subscribed subscribing subscription such support supported supports swap sync synchronization syntax system table take target" +
        " term terminate test text than that the their them then there these they this those thread threads threshold time timeout timeouts timer" +
        " times timestamp timestamps tls to together token too top total track tracking transaction transient tree tried trim true try tryagain" +
        " trying turned two type types unable unauthenticated unbalanced unblock unblocked undefined under unexpected uninitialized unique unit unix" +
        " unknown unless unload unlock unpaused unrecognized unsubscribe unsupported until up update updated upper url usage use used user username" +
        " username-password users uses using utf-8 valid valkey value values variable vector version very via volatile wait waiting want was watch" +
        " watched way we weight weights were when where whether which while who whole why will with within without word words work worker would" +
        " writable write writes writing wrong wrongpass wrongtype xx yet you your zero ziplist zset ";

    /// <summary>Whether a server says this by itself; upper and lower case do not matter.</summary>
    public static bool Contains(string word)
    {
        if (word.Length > LongestWord || word.Contains(' ', StringComparison.Ordinal))
        {
            return false;
        }

        Span<char> wanted = stackalloc char[LongestWord + 2];
        wanted[0] = ' ';
        _ = word.AsSpan().ToLowerInvariant(wanted[1..]);
        wanted[word.Length + 1] = ' ';
        return Words.AsSpan().Contains(wanted[..(word.Length + 2)], StringComparison.Ordinal);
    }
}

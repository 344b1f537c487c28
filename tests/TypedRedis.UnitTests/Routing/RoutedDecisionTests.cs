using System.Text;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Routing;

/// <summary>What is made of an error or a loss together with the router: which redirects are followed, and when it is to look anew.</summary>
public class RoutedDecisionTests
{
    private const int Slot = 7;
    private static readonly CommandInfo s_incr = new("INCR", CommandFlags.Write, RetryClass.NotIdempotent);
    private static readonly CommandInfo s_get = new("GET", CommandFlags.ReadOnly, RetryClass.ReadOnly);
    private static readonly CommandInfo s_eval = new("EVAL", CommandFlags.Write, RetryClass.NotIdempotent);
    private static readonly NodeConnection s_source = SlotMapTests.Node(1).Connection;
    private static readonly NodeConnection s_target = SlotMapTests.Node(2).Connection;

    private readonly ClusterLike _router = new();

    [Fact]
    public void Error_about_the_command_itself_asks_nobody()
    {
        Assert.Equal(default, After("WRONGTYPE no", s_incr));
        Assert.Equal(Verdict.Fail, After("WRONGTYPE no", s_incr).Verdict);
        Assert.Empty(_router.Calls);
    }

    [Theory]
    [InlineData("MOVED", nameof(Verdict.ToTarget), "Follow 7 moved")]
    [InlineData("ASK", nameof(Verdict.AskingTarget), "Follow 7")]
    public void Redirect_leads_to_the_node_that_the_router_finds(string code, string verdict, string call)
    {
        RoutedDecision decision = After($"{code} 7 127.0.0.1:2", s_incr);
        Assert.Equal(verdict, decision.Verdict.ToString());
        Assert.Same(s_target, decision.Target);
        Assert.Equal($"{code} 127.0.0.1:2", decision.Redirect);
        Assert.Equal([call], _router.Calls);
    }

    [Fact]
    public void Redirect_counts_itself()
    {
        Assert.Equal(Verdict.ToTarget, After("MOVED 7 127.0.0.1:2", s_incr, new() { Setback = Setback.Other, Redirects = 3 }).Verdict);
        Assert.Equal(Verdict.Later, After("MOVED 7 127.0.0.1:2", s_incr, new() { Setback = Setback.Other, Redirects = 4 }).Verdict);
        Assert.Equal(Verdict.TooManyRedirects, After("MOVED 7 127.0.0.1:2", s_incr, new() { Setback = Setback.Other, Redirects = 16 }).Verdict);
    }

    [Theory]
    [InlineData("MOVED 7")]
    [InlineData("ASK 7 nowhere")]
    public void Redirect_that_names_no_address_is_the_callers(string error)
    {
        Assert.Equal(default, After(error, s_incr));
        Assert.Empty(_router.Calls);
    }

    [Fact]
    public void Where_redirects_are_not_followed_they_are_the_callers()
    {
        var router = new OneServerLike();
        Assert.Equal(Verdict.Fail, After("MOVED 7 127.0.0.1:2", s_incr, router: router).Verdict);
        Assert.Equal(Verdict.Fail, After("ASK 7 127.0.0.1:2", s_incr, router: router).Verdict);
        // It knows of no replicas either, so that a write may wait for the server to become a primary.
        Assert.Equal(Verdict.Later, After("READONLY You can't write against a read only replica.", s_incr, router: router).Verdict);
        Assert.Equal(["LookAnew READONLY"], router.Calls);
    }

    [Fact]
    public void Command_bound_to_a_node_follows_no_redirect()
    {
        RoutedDecision decision = After("MOVED 7 127.0.0.1:2", s_incr, new() { Setback = Setback.Other, Binding = Binding.Node });
        Assert.Equal(Verdict.Fail, decision.Verdict);
        Assert.Null(decision.Target);
        Assert.Empty(_router.Calls);
    }

    [Fact]
    public void Watch_whose_slot_moves_is_over_and_the_router_looks_anew()
    {
        RoutedDecision decision = After("MOVED 7 127.0.0.1:2", s_incr, new() { Setback = Setback.Other, Binding = Binding.Watch });
        Assert.Equal(Verdict.WatchEnded, decision.Verdict);
        Assert.Equal(["LookAnew MOVED"], _router.Calls);
    }

    [Fact]
    public void Redirect_that_a_script_may_have_worded_is_followed_only_for_its_slot_and_to_a_node_that_is_known()
    {
        Assert.Equal(default, After("MOVED 8 127.0.0.1:2", s_eval));
        Assert.Empty(_router.Calls);
        Assert.Same(s_target, After("MOVED 7 127.0.0.1:2", s_eval).Target);
        Assert.Equal(["Follow 7 moved known"], _router.Calls);
        // Of any other command the server's word counts, whatever slot it names.
        Assert.Same(s_target, After("MOVED 8 127.0.0.1:2", s_incr).Target);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Script_that_is_sent_to_an_unknown_node_waits_for_the_topology(int attempts)
    {
        _router.IsTargetKnown = false;
        RoutedDecision decision = After("MOVED 7 127.0.0.1:2", s_eval, new() { Setback = Setback.Other, Attempts = attempts });
        Assert.Equal(Verdict.Later, decision.Verdict);
        Assert.Equal(Setback.Moved, decision.Setback);
        Assert.Null(decision.Target);
        Assert.Null(decision.Redirect);
        Assert.Equal(["Follow 7 moved known", "LookAnew MOVED"], _router.Calls);
    }

    [Fact]
    public void Script_that_is_sent_to_an_unknown_node_for_the_fourth_time_has_worded_it_itself()
    {
        _router.IsTargetKnown = false;
        Assert.Equal(default, After("MOVED 7 127.0.0.1:2", s_eval, new() { Setback = Setback.Other, Attempts = 4 }));
        Assert.Equal(["Follow 7 moved known"], _router.Calls);
    }

    [Fact]
    public void Known_replica_is_right_to_refuse_a_write_and_only_a_write_is_looked_up()
    {
        const string ReadOnly = "READONLY You can't write against a read only replica.";
        Assert.Equal(Verdict.Later, After(ReadOnly, s_incr).Verdict);
        Assert.Equal(["IsKnownReplica", "LookAnew READONLY"], _router.Calls);
        _router.IsSourceReplica = true;
        Assert.Equal(Verdict.Fail, After(ReadOnly, s_incr).Verdict);
        _router.Calls.Clear();
        Assert.Equal(Verdict.Later, After("LOADING Redis is loading the dataset in memory", s_incr).Verdict);
        Assert.Equal(["LookAnew LOADING"], _router.Calls);
    }

    [Fact]
    public void Key_on_its_way_is_no_reason_to_look_anew()
    {
        Assert.Equal(Verdict.Later, After("TRYAGAIN Multiple keys request during rehashing of slot", s_incr).Verdict);
        Assert.Empty(_router.Calls);
    }

    [Theory]
    [InlineData(-1, "NoteLoss keyless")]
    [InlineData(0, "NoteLoss")]
    [InlineData(5, "NoteLoss")]
    public void Loss_is_noted_with_whether_the_command_has_keys(int slot, string call)
    {
        var lost = new Attempt { Setback = Setback.Loss, MayHaveExecuted = true };
        Assert.Equal(Verdict.Now, RoutedDecision.AfterLoss(_router, s_get, slot, s_source, lost).Verdict);
        Assert.Equal([call], _router.Calls);
    }

    [Fact]
    public void Loss_is_decided_by_the_class_of_the_command_and_the_users_consent()
    {
        var lost = new Attempt { Setback = Setback.Loss, MayHaveExecuted = true };
        Assert.Equal(Verdict.OutcomeUnknown, RoutedDecision.AfterLoss(_router, s_incr, Slot, s_source, lost).Verdict);
        _router.RepeatsAll = true;
        Assert.Equal(Verdict.Now, RoutedDecision.AfterLoss(_router, s_incr, Slot, s_source, lost).Verdict);
    }

    [Fact]
    public void Loss_at_the_end_is_not_noted()
    {
        Assert.Equal(Verdict.Fail, RoutedDecision.AfterLoss(_router, s_get, Slot, s_source, new() { Setback = Setback.Disposed }).Verdict);
        Assert.Empty(_router.Calls);
    }

    private RoutedDecision After(string error, CommandInfo command, Attempt? attempt = null, IRouter? router = null) => RoutedDecision.After(
        router ?? _router, command, Slot, new ErrorReply(Encoding.UTF8.GetBytes(error)), s_source, attempt ?? new() { Setback = Setback.Other, Attempts = 1 });

    // A router that follows nothing and knows nothing.
    private class OneServerLike : IRouter
    {
        public List<string> Calls { get; } = [];

        public Clock Clock => Clock.System;

        public bool RepeatsAll { get; set; }

        public INodeChannel? Select(CommandInfo command, int slot) => throw new NotSupportedException();

        public void LookAnew(INodeChannel node, RedisException answer)
        {
            Assert.Same(s_source, node);
            Calls.Add($"LookAnew {Assert.IsType<RedisServerException>(answer).Code}");
        }

        public void NoteLoss(INodeChannel node, bool isKeyless)
        {
            Assert.Same(s_source, node);
            Calls.Add(isKeyless ? "NoteLoss keyless" : "NoteLoss");
        }
    }

    private sealed class ClusterLike : OneServerLike, IRouter
    {
        public bool IsTargetKnown { get; set; } = true;

        public bool IsSourceReplica { get; set; }

        public bool FollowsRedirects => true;

        public INodeChannel? Follow(Redirect redirect, bool isMoved, INodeChannel source, bool mustBeKnown)
        {
            Assert.Same(s_source, source);
            Calls.Add($"Follow {redirect.Slot}{(isMoved ? " moved" : "")}{(mustBeKnown ? " known" : "")}");
            return IsTargetKnown ? s_target : null;
        }

        public bool IsKnownReplica(INodeChannel node)
        {
            Calls.Add("IsKnownReplica");
            return IsSourceReplica;
        }
    }
}

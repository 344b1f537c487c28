using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Who completes a call: the first, of those who mean this use of the object.</summary>
public class RequestClaimTests
{
    private RequestClaim _claim;

    [Fact]
    public void Claim_that_was_never_begun_is_nobodys()
    {
        Assert.True(_claim.IsClaimed);
        Assert.False(_claim.TryClaim());
        Assert.False(_claim.TryAbandon(_claim.Use));
        Assert.False(_claim.IsAbandoned);
    }

    [Fact]
    public void First_one_gets_it_and_no_second()
    {
        _claim.Begin();
        Assert.False(_claim.IsClaimed);
        Assert.True(_claim.TryClaim());
        Assert.True(_claim.IsClaimed);
        Assert.False(_claim.IsAbandoned);
        Assert.False(_claim.TryClaim());
        Assert.False(_claim.TryAbandon(_claim.Use));
        Assert.False(_claim.IsAbandoned);
    }

    [Fact]
    public void Who_abandons_a_call_is_told_apart_from_its_holder()
    {
        _claim.Begin();
        Assert.True(_claim.TryAbandon(_claim.Use));
        Assert.True(_claim.IsClaimed);
        Assert.True(_claim.IsAbandoned);
        Assert.False(_claim.TryClaim());
        Assert.True(_claim.IsAbandoned);
    }

    [Fact]
    public void Who_comes_late_with_an_earlier_use_gets_nothing()
    {
        _claim.Begin();
        long earlier = _claim.Use;
        Assert.True(_claim.TryClaim());
        long claimed = _claim.Use;
        _claim.Begin();
        Assert.NotEqual(earlier, _claim.Use);
        Assert.False(_claim.TryAbandon(earlier));
        Assert.False(_claim.TryAbandon(claimed));
        Assert.False(_claim.IsClaimed);
        Assert.True(_claim.TryAbandon(_claim.Use));
    }

    [Fact]
    public void Next_use_of_what_was_abandoned_begins_anew()
    {
        _claim.Begin();
        Assert.True(_claim.TryAbandon(_claim.Use));
        _claim.Begin();
        Assert.False(_claim.IsAbandoned);
        Assert.False(_claim.IsClaimed);
    }

    [Fact]
    public void Two_threads_never_both_get_it()
    {
        // Both go through the same claims, and wait for each other before each, so that they meet there.
        var claims = new RequestClaim[20_000];
        var uses = new long[claims.Length];
        for (int i = 0; i < claims.Length; i++)
        {
            claims[i].Begin();
            uses[i] = claims[i].Use;
        }

        int claimed = 0;
        int abandoned = 0;
        int arrived = 0;
        var canceller = new Thread(() =>
        {
            for (int i = 0; i < claims.Length; i++)
            {
                Meet(ref arrived, i);
                abandoned += claims[i].TryAbandon(uses[i]) ? 1 : 0;
            }
        }) { IsBackground = true };
        canceller.Start();
        for (int i = 0; i < claims.Length; i++)
        {
            Meet(ref arrived, i);
            claimed += claims[i].TryClaim() ? 1 : 0;
        }

        canceller.Join();
        Assert.Equal(claims.Length, claimed + abandoned);
        Assert.Equal(abandoned, claims.Count(claim => claim.IsAbandoned));
        Assert.DoesNotContain(claims, claim => !claim.IsClaimed);
    }

    // Returns when both threads have come to this place.
    private static void Meet(ref int arrived, int place)
    {
        Interlocked.Increment(ref arrived);
        for (var wait = new SpinWait(); Volatile.Read(ref arrived) < 2 * (place + 1);)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }
}

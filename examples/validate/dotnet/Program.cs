// An API that checks Jeton's JWTs by itself, with ASP.NET Core's JwtBearer.
using Microsoft.AspNetCore.Authentication.JwtBearer;

var builder = WebApplication.CreateBuilder(args);

builder.Services
    .AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
    .AddJwtBearer(options =>
    {
        // Discovery finds the keys at the first token. They are fetched again after five minutes.
        options.Authority = builder.Configuration["ISSUER"];
        options.AutomaticRefreshInterval = TimeSpan.FromMinutes(5);
        options.RequireHttpsMetadata = !builder.Environment.IsDevelopment();
        options.Audience = builder.Configuration["AUDIENCE"];
        options.TokenValidationParameters.ValidTypes = ["at+jwt"];
        options.TokenValidationParameters.ValidAlgorithms = ["ES256"];
        // Claims keep their names: scope, client_id.
        options.MapInboundClaims = false;
        options.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                if (context.Principal!.HasClaim(claim => claim.Type == "cnf"))
                {
                    context.Fail("token is bound to a key; this API does not check the proof");
                }
                return Task.CompletedTask;
            },
        };
    });

builder.Services.AddAuthorizationBuilder().AddPolicy("read:me", policy => policy.RequireAssertion(
    context => context.User.FindFirst("scope")?.Value.Split(' ').Contains("read:me") == true));

var app = builder.Build();
app.MapGet("/things", (HttpContext http) => new { client = http.User.FindFirst("client_id")?.Value })
    .RequireAuthorization("read:me");
app.Run();

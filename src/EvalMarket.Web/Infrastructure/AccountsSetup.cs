using EvalMarket.Core.Accounts;
using EvalMarket.Core.Audit;
using EvalMarket.Core.Mail;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Startup;
using EvalMarket.Web.Pages.Account;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Infrastructure;

/// <summary>People: accounts, sign-ins, memberships, invitations, and the mail that goes with them.</summary>
internal static class AccountsSetup
{
    public static WebApplicationBuilder AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<AccountOptions>, AccountOptionsValidation>();
        services.AddOptions<AccountOptions>().Bind(builder.Configuration.GetSection(AccountOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsValidation>();
        services.AddOptions<MailOptions>().Bind(builder.Configuration.GetSection(MailOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PublicAddressOptions>, PublicAddressValidation>();
        services.AddOptions<PublicAddressOptions>().Bind(builder.Configuration).ValidateOnStart();

        // Wins over Identity's own whichever is registered first: that one is only added where there is none.
        services.AddScoped<SignInManager<User>, AccountSignInManager>();
        services.Configure<DataProtectionTokenProviderOptions>(tokens => tokens.TokenLifespan = AccountMails.LinkLifetime);
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme).PostConfigure<IOptions<AccountOptions>>((cookie, accounts) =>
        {
            cookie.ExpireTimeSpan = accounts.Value.RememberFor;
            cookie.Events.OnValidatePrincipal = SignInCheck.ValidateAsync;
        });

        services.AddSingleton<IMailSender>(provider =>
        {
            var mail = provider.GetRequiredService<IOptions<MailOptions>>().Value;
            return string.IsNullOrWhiteSpace(mail.Smtp.Host)
                ? ActivatorUtilities.CreateInstance<FileMailSender>(provider, MailDirectory(provider, mail))
                : new SmtpMailSender(mail.Smtp);
        });
        services.AddSingleton<MailQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<MailQueue>());

        services.AddScoped<SignInSessions>();
        services.AddScoped<SignInGuard>();
        services.AddScoped<PersonalDataService>();
        services.AddScoped<AccountDeletion>();
        services.AddScoped<MemberService>();
        services.AddScoped<SavedViews>();
        services.AddScoped<InvitationService>();
        services.AddScoped<AuditReader>();

        services.AddHttpContextAccessor();
        services.AddScoped<SignInAttempt>();
        services.AddScoped<AccountLinks>();
        services.AddScoped<AccountMailer>();
        services.AddScoped<AccountPassword>();
        services.AddScoped<LandingPlace>();
        services.Configure<MvcOptions>(mvc => mvc.Filters.Add<LastWorkspaceFilter>());
        return builder;
    }

    private static string MailDirectory(IServiceProvider provider, MailOptions mail) =>
        mail.Directory ?? Path.Combine(provider.GetRequiredService<IOptions<ApplicationOptions>>().Value.FullDataDirectory, "mail");
}

// Paying inside WeChat: hands the order to its bridge, and goes where the platform is asked. What
// the bridge answers proves nothing.

const button = document.querySelector("#bridge");

const bridge = () =>
  new Promise((found) => {
    if (window.WeixinJSBridge) found(window.WeixinJSBridge);
    else
      document.addEventListener("WeixinJSBridgeReady", () => found(window.WeixinJSBridge), {
        once: true,
      });
  });

const pay = async () => {
  button.disabled = true;
  (await bridge()).invoke("getBrandWCPayRequest", JSON.parse(button.dataset.words), () => {
    location.assign(button.dataset.back);
  });
};

button?.addEventListener("click", pay);
